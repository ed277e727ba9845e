import type { Certificate } from '../../cluster/objects.ts';
import { refOf } from '../../cluster/world.ts';
import { day } from '../../lib/clock.ts';
import { formatDuration, toRfc3339 } from '../../lib/duration.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { observe } from '../observe.ts';

export const certificateExpiring: Check = {
  id: 'certificate-expiring',
  title: 'A certificate expires soon and was not renewed',
  reads: ['certificates'],
  grace: 0,
  find: (input: CheckInput): Observation[] =>
    input.world.snapshot.certificates.flatMap((one) => judge(input, one) ?? []),
};

function judge({ now, thresholds }: CheckInput, certificate: Certificate): Observation | undefined {
  const { warning, error } = thresholds.certificateDays;
  const { notAfter } = certificate;
  if (notAfter === undefined || certificate.deleting !== undefined || notAfter - now > warning * day) return undefined;
  // Short-lived certificates are always about to expire: they count from the moment their renewal was due.
  if (certificate.renewAt !== undefined && certificate.renewAt > now) return undefined;
  const failed = certificate.conditions.find(
    ({ type, status }) => (type === 'Ready' && status !== 'True') || (type === 'Issuing' && status === 'False'),
  );
  const name = `${certificate.namespace}/${certificate.name}`;
  const left = notAfter - now;
  return observe({
    subject: refOf(certificate),
    since: Math.max(notAfter - warning * day, certificate.renewAt ?? 0),
    level: left <= error * day ? 'error' : 'warning',
    says: `Certificate ${name}${certificate.dnsNames[0] ? ` (${certificate.dnsNames[0]})` : ''} ${left > 0 ? `expires in ${formatDuration(left)}` : `expired ${formatDuration(-left)} ago`} and was not renewed`,
    evidence: [
      { text: `valid until ${toRfc3339(notAfter)}`, object: refOf(certificate) },
      ...(failed
        ? [{ text: `${failed.reason ?? failed.type}: ${failed.message ?? failed.status}`, object: refOf(certificate) }]
        : []),
    ],
    next: describeCommand(refOf(certificate)),
    related: certificate.secret
      ? [
          {
            kind: 'Secret',
            ...(certificate.namespace && { namespace: certificate.namespace }),
            name: certificate.secret,
          },
        ]
      : [],
  });
}
