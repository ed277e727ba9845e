import type { Certificate, Meta, OtherObject } from '../objects.ts';
import { conditions, type Fields, fields, list, present, text, texts, time } from './read.ts';

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

/** Any other kind: what it is called and what its conditions say; a route of the Gateway API has some for each of its parents. */
export function otherObject(raw: Fields, meta: Meta): OtherObject {
  const status = fields(raw['status']);
  const parents = list(status['parents']).flatMap((parent) => conditions(fields(parent)['conditions']));
  return { ...meta, conditions: [...conditions(status['conditions']), ...parents] };
}
