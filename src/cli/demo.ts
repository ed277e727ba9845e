import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setStage } from '../demo/stage.ts';
import { tellStory } from '../demo/story.ts';
import { exitCodes } from './exit-codes.ts';
import { type Output, paints } from './output.ts';

/** The whole story on an embedded cluster. With `--keep` it stays, with a kubeconfig for the reader's own kubectl. */
export async function demo(options: { keep?: boolean }, output: Output): Promise<number> {
  const paint = paints(output);
  const began = performance.now();
  output.print(
    'A recorded cluster of a small web shop behind a real API server, and the real daemon on it. Time is moved forward where people would wait.',
  );
  const stage = await setStage();
  try {
    await tellStory(stage, {
      title: (text) => output.print(`\n${paint.bold(text)}`),
      say: (text) => output.print(`  ${text}`),
      message: (channel, title) => output.print(paint.warning(`  -> Slack ${channel}: ${title}`)),
    });
    output.print(`\nTold in ${((performance.now() - began) / 1000).toFixed(0)} s.`);
    if (options.keep) await keep(stage, output);
    return exitCodes.done;
  } finally {
    await stage.stop();
  }
}

async function keep(stage: Awaited<ReturnType<typeof setStage>>, output: Output): Promise<void> {
  const file = join(stage.folder, 'kubeconfig');
  writeFileSync(file, stage.server.kubeconfig(), { mode: 0o600 });
  output.print(
    `\nIt goes on until you press Ctrl-C. In another terminal:\n\n  export KUBECONFIG=${file}\n  kubectl get pods -n shop\n  kubectl edit configmap -n k8s-monitor k8s-monitor-orchestrator\n\nIts incidents: K8S_MONITOR_DATA_DIR=${stage.folder} k8s-monitor incidents list\nHealth, metrics and configuration: ${stage.daemon.url}/healthz, /metrics, /configz\n`,
  );
  stage.follow({
    answer: (accepted, says) => output.print(accepted ? says : paints(output).bad(says)),
    message: (channel, title) => output.print(paints(output).warning(`-> Slack ${channel}: ${title}`)),
  });
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
