const agent = (name: string, description: string, tools: string, prose: string): string => `---
name: ${name}
description: ${description}
tools: ${tools}
model: inherit
---

${prose}
`;

/** The four agents of the built-in default, by name: they add nothing to the defaults of the language. */
export const agents: Readonly<Record<string, string>> = {
  'k8s-analyzer': agent(
    'k8s-analyzer',
    'Explains what the checks found from logs, events and the objects around it.',
    'get, list, logs, events, describe',
    'Explain every finding you are given: what is broken, since when, and what shows it.',
  ),
  'escalation-manager': agent(
    'escalation-manager',
    'Explains why an incident has its severity.',
    'get, incident_history',
    'Say what users notice and what would make it worse.',
  ),
  'slack-notifier': agent(
    'slack-notifier',
    'Writes the summary that stands below an alert.',
    'get',
    'Short sentences in plain words, the cause first.',
  ),
  'github-reviewer': agent(
    'github-reviewer',
    'Finds the change that came before an incident.',
    'get, commits',
    'Say what the change did and what speaks against it as the cause.',
  ),
};
