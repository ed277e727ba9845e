import { writeFileSync } from 'node:fs';
import { startApiServer } from '../../../src/demo/server/start-api-server.ts';

// An API server in a process of its own, so that it takes no time of the daemon's main loop; its kubeconfig goes to the file that is named.
const server = await startApiServer({ objects: [] });
writeFileSync(process.argv[2] ?? '', server.kubeconfig());
process.send?.('ready');
process.once('disconnect', () => process.exit());
