import { openApi } from './api.ts';
import { podName, well } from './pods.ts';

// Changes pods of a namespace at a steady rate until it is let go: labels and status in turn. It says how many it changed in a second.
const [kubeconfig = '', namespace = '', pods = '', rate = ''] = process.argv.slice(2);
const api = await openApi(kubeconfig);
const began = performance.now();
let sent = 0;
let done = 0;
let failed = 0;

const update = async (number: number): Promise<void> => {
  const pod = number % Number(pods);
  const path = `/api/v1/namespaces/${namespace}/pods/${podName(pod)}`;
  try {
    if (number % 2 === 0) await api.send('PATCH', path, { metadata: { labels: { update: `${number}` } } });
    else await api.send('PATCH', `${path}/status`, { status: well(pod, number) });
    done++;
  } catch {
    failed++;
  }
};
/** What a server that is too slow has not answered yet; more would only wait in line. */
const mostUnderWay = 64;
setInterval(() => {
  const due = (Number(rate) * (performance.now() - began)) / 1000;
  while (sent < due) {
    if (sent - done - failed < mostUnderWay) void update(sent);
    else failed++;
    sent++;
  }
}, 10);
process.on('message', () => {
  process.send?.({ rate: (1000 * done) / (performance.now() - began) }, () => process.exit());
});
process.once('disconnect', () => process.exit());
