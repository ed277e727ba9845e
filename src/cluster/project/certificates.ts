import type { Certificate, Meta, OtherObject } from '../objects.ts';
import { conditions, type Fields, fields, present, text, texts, time } from './read.ts';

export function certificate(raw: Fields, meta: Meta): Certificate {
  const spec = fields(raw['spec']);
  const status = fields(raw['status']);
  return {
    ...meta,
    kind: 'Certificate',
    ...present({
      dnsNames: texts(spec['dnsNames']),
      secret: text(spec['secretName']),
      notAfter: time(status['notAfter']),
      renewAt: time(status['renewalTime']),
      conditions: conditions(status['conditions']),
    }),
  };
}

/** Any other kind: what it is called and what its conditions say. */
export function otherObject(raw: Fields, meta: Meta): OtherObject {
  return { ...meta, conditions: conditions(fields(raw['status'])['conditions']) };
}
