import { isFields } from '../../cluster/project/read.ts';

/** An object as the API has it, raw. */
export type ApiObject = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; [field: string]: unknown };
  [field: string]: unknown;
};

/** An answer other than success, as the API says it: a `Status`. */
export type Refusal = { refused: { code: number; reason: string; message: string; details?: object } };

export function refusal(code: number, reason: string, message: string, details?: object): Refusal {
  return { refused: { code, reason, message, ...(details && { details }) } };
}

export const notFound = (resource: string, name: string): Refusal =>
  refusal(404, 'NotFound', `${resource} "${name}" not found`, { name, kind: resource });

/** The `Status` object that goes over the wire. */
export function statusOf({ refused }: Refusal): object {
  const { code, reason, message, details } = refused;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details && { details }),
    code,
  };
}

/** Whether it can be stored: it says what it is and what it is called. */
export function isApiObject(value: unknown): value is ApiObject {
  return (
    isFields(value) &&
    typeof value['apiVersion'] === 'string' &&
    typeof value['kind'] === 'string' &&
    isFields(value['metadata']) &&
    typeof value['metadata']['name'] === 'string' &&
    value['metadata']['name'] !== ''
  );
}
