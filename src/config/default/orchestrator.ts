/** CLAUDE.md of the built-in default: what counts where nobody configured anything. */
export const orchestrator = `# Built-in configuration

Nobody configured this monitor yet: it knows no services and tells the console only.

## Cluster Information

- **Timezone**: UTC
- **Monitoring Frequency**: Every 1 hour

## Default priority

- Default priority: P2

## Escalation Policy

### SEV-1: Critical

- **Channel**: console
- **Timing**: Immediate

### SEV-2: High

- **Channel**: console
- **Timing**: Immediate

### SEV-3: Medium

- **Channel**: console
- **Timing**: Immediate

### SEV-4: Low

- **Channel**: None
- **Timing**: Daily digest
`;
