import { z } from 'zod';
import { type Api, eachOf } from './api.ts';

const podsOfOwner = 100;

/** Pods that no scheduler and no node takes, and that say they are well. Something that no controller looks after owns a hundred each. */
export async function makePods(api: Api, namespace: string, count: number): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}`;
  const owners: object[] = [];
  await eachOf(Math.ceil(count / podsOfOwner), 8, async (number) => {
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `bench-owner-${number}` } };
    const { metadata } = made.parse(JSON.parse(await api.send('POST', `${path}/configmaps`, owner)));
    const { apiVersion, kind } = owner;
    owners[number] = { apiVersion, kind, name: owner.metadata.name, uid: metadata.uid, controller: true };
  });
  const container = { name: 'app', image: 'busybox:1.35', resources: { limits: { memory: '64Mi' } } };
  const spec = { schedulerName: 'bench-reload', containers: [container] };
  await eachOf(count, 32, async (number) => {
    const owner = Math.floor(number / podsOfOwner);
    const metadata = {
      name: podName(number),
      labels: { app: `bench-${owner}` },
      ownerReferences: [owners[owner]],
    };
    await api.send('POST', `${path}/pods`, { apiVersion: 'v1', kind: 'Pod', metadata, spec });
    await api.send('PATCH', `${path}/pods/${podName(number)}/status`, { status: well(number, 0) });
  });
}

const made = z.object({ metadata: z.object({ uid: z.string() }) });

export const podName = (number: number): string => `bench-pod-${number}`;

/** The status of a pod that runs, as it is for the n-th time. */
export function well(number: number, time: number): object {
  const since = new Date(Date.now() - 60_000).toISOString();
  const condition = (type: string): object => ({ type, status: 'True', lastTransitionTime: since });
  return {
    phase: 'Running',
    message: time > 0 ? `update ${time}` : '',
    podIP: `10.9.${(number >> 8) & 255}.${number & 255}`,
    startTime: since,
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(condition),
    containerStatuses: [
      {
        name: 'app',
        image: 'busybox:1.35',
        imageID: 'busybox',
        ready: true,
        started: true,
        restartCount: 0,
        state: { running: { startedAt: since } },
      },
    ],
  };
}
