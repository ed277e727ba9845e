/** An opaque id for a new incident: `i-7f3a9c`. `random` in [0, 1). */
export function newIncidentId(random: () => number): string {
  return `i-${Math.floor(random() * 0x1000000)
    .toString(16)
    .padStart(6, '0')}`;
}
