import { fields, list } from '../../cluster/project/read.ts';
import { type ApiObject, type Refusal, refusal } from './api-object.ts';

/** Which run of which container. `previous` is the one before. */
export type LogName = { namespace: string; pod: string; container: string; previous?: boolean };

export type PodLogs = {
  set(name: LogName, text: string): void;
  read(pod: ApiObject, query: URLSearchParams): string | Refusal;
};

export function makePodLogs(): PodLogs {
  const logs = new Map<string, string>();
  const keyOf = ({ namespace, pod, container, previous }: LogName): string =>
    `${namespace}/${pod}/${container}/${previous === true}`;

  return {
    set(name, text) {
      logs.set(keyOf(name), text);
    },
    read(pod, query) {
      const containers = [
        ...list(fields(pod['spec'])['initContainers']),
        ...list(fields(pod['spec'])['containers']),
      ].map((item) => String(fields(item)['name']));
      const regular = list(fields(pod['spec'])['containers']);
      const container =
        query.get('container') ?? (regular.length === 1 ? String(fields(regular[0])['name']) : undefined);
      const { name, namespace = '' } = pod.metadata;
      if (container === undefined) {
        const choice = containers.join(' ');
        return refusal(
          400,
          'BadRequest',
          `a container name must be specified for pod ${name}, choose one of: [${choice}]`,
        );
      }
      if (!containers.includes(container)) {
        return refusal(400, 'BadRequest', `container ${container} is not valid for pod ${name}`);
      }
      const previous = query.get('previous') === 'true';
      const text = logs.get(keyOf({ namespace, pod: name, container, previous }));
      if (text === undefined && previous) {
        return refusal(400, 'BadRequest', `previous terminated container "${container}" in pod "${name}" not found`);
      }
      return limited(text ?? '', query);
    },
  };
}

function limited(text: string, query: URLSearchParams): string {
  const tail = query.get('tailLines');
  const lines = text.replace(/\n$/, '').split('\n');
  const kept = tail === null ? lines : Number(tail) === 0 ? [] : lines.slice(-Number(tail));
  const whole = text === '' || kept.length === 0 ? '' : `${kept.join('\n')}\n`;
  const bytes = query.get('limitBytes');
  return bytes === null ? whole : Buffer.from(whole).subarray(0, Number(bytes)).toString();
}
