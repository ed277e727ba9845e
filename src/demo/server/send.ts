import type { ServerResponse } from 'node:http';
import { type Refusal, statusOf } from './api-object.ts';
import type { FaultKind } from './faults.ts';

export function sendJson(response: ServerResponse, code: number, value: object): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(`${JSON.stringify(value)}\n`);
}

export function sendRefusal(response: ServerResponse, refused: Refusal): void {
  // Clients wait as long as this header says; one second is what the real server asks for.
  if (refused.refused.code === 429) response.setHeader('retry-after', '1');
  sendJson(response, refused.refused.code, statusOf(refused));
}

/** Sends the pieces, or as much of them as the fault lets through. */
export function sendPieces(
  response: ServerResponse,
  type: string,
  pieces: Iterable<string>,
  fault: FaultKind | undefined,
): void {
  response.writeHead(200, { 'content-type': type });
  if (fault === 'cut' || fault === 'stall' || fault === 'truncated') {
    const whole = [...pieces].join('');
    const half = whole.slice(0, Math.ceil(whole.length / 2));
    if (fault === 'truncated') response.end(half);
    else response.write(half, () => fault === 'cut' && response.destroy());
    return;
  }
  for (const piece of pieces) response.write(piece);
  response.end();
}
