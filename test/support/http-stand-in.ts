import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request as it came in. */
export type Received = { path: string; headers: IncomingMessage['headers']; body: string };

/** How the next request is answered; without one it is answered as the real service would. */
export type Scripted =
  | { status: number; headers?: Record<string, string>; body?: string }
  /** Never answered; the connection stays open. */
  | { hang: true }
  /** Taken in as usual, and the connection is cut before the answer. */
  | { acceptAndCut: true }
  /** The answer's head comes at once, its body one byte at a time and never ends. */
  | { drip: true };

export type StandIn = {
  url: string;
  received: Received[];
  /** Answers for the next requests, in order. */
  script: Scripted[];
  /** Resolves when the condition holds after some request. */
  until(condition: () => boolean): Promise<void>;
  stop(): Promise<void>;
};

/** A real HTTP server that notes what it gets and answers as told; on loopback unless pods have to reach it. */
export async function startStandIn(
  answer: (received: Received) => { status: number; headers?: Record<string, string>; body: string },
  host = '127.0.0.1',
): Promise<StandIn> {
  const received: Received[] = [];
  const script: Scripted[] = [];
  const sockets = new Set<Socket>();
  const drips = new Set<NodeJS.Timeout>();
  let waiting: { condition: () => boolean; done: () => void }[] = [];
  const look = (): void => {
    for (const waiter of waiting) if (waiter.condition()) waiter.done();
    waiting = waiting.filter(({ condition }) => !condition());
  };

  const handle = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    const got = { path: request.url ?? '/', headers: request.headers, body };
    received.push(got);
    const told = script.shift();
    if (told && 'hang' in told) return;
    if (told && 'acceptAndCut' in told) {
      answer(got);
      request.socket.destroy();
      return;
    }
    if (told && 'drip' in told) {
      response.writeHead(200, { 'content-type': 'application/json' });
      drips.add(setInterval(() => response.write(' '), 5));
      return;
    }
    const { status, headers, body: text } = told ?? answer(got);
    response.writeHead(status, headers).end(text ?? '');
  };

  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      handle(request, response, body);
      look();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    received,
    script,
    until: (condition) => (condition() ? Promise.resolve() : new Promise((done) => waiting.push({ condition, done }))),
    async stop() {
      for (const drip of drips) clearInterval(drip);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
