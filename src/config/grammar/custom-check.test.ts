import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCustomCheck } from './custom-check.ts';

const filter = '.items[]';
const all = { kinds: ['pods'], allNamespaces: true, filter };

const checks: [string, string, object][] = [
  ['all namespaces', "kubectl get pods -A -o json | jq '.items[]'", all],
  ['options anywhere', "kubectl get -o=json --all-namespaces pods | jq -r '.items[]'", all],
  ['a prompt', "$ kubectl get pods -A -ojson | jq -c '.items[]'", all],
  [
    'comments and continuations',
    "# find them\nkubectl get pods --all-namespaces -o json | \\\n  jq '.items[]' # end",
    all,
  ],
  ['a pipe at the end of the line', "kubectl get pods -A -o json |\n  jq '.items[]'", all],
  [
    'one namespace and a selector',
    "kubectl -n shop get deployments.apps,Pods -l 'app=web,tier!=x' --output json | jq '.items[]'",
    {
      kinds: ['deployments.apps', 'pods'],
      allNamespaces: false,
      namespace: 'shop',
      selector: 'app=web,tier!=x',
      filter,
    },
  ],
  [
    'a filter of several lines with # in it',
    "kubectl get pods --namespace=shop -o json | jq '.items[]\n  # not a comment of the shell\n  | .metadata.name'",
    {
      kinds: ['pods'],
      allNamespaces: false,
      namespace: 'shop',
      filter: '.items[]\n  # not a comment of the shell\n  | .metadata.name',
    },
  ],
  [
    'double quotes',
    'kubectl get pods -A -o json | jq ".items[] | select(.a == \\"b\\")"',
    { ...all, filter: '.items[] | select(.a == "b")' },
  ],
];
for (const [name, text, check] of checks) {
  test(`custom check: ${name}`, () => assert.deepEqual(readCustomCheck(text), { check }));
}

/** Filters that jq takes, each with something that looks like a slip. */
const filters: string[] = [
  '.items[] | {a: .x, "b": -1, (.kind): 2, $__loc__, and: 1, if: 2, end: 3,}',
  '. as [$a, {b: $c}] ?// $d | [$a, $c, $d]',
  'def f(g; $x): g + $x; def h: .; f(.a; 1) | h',
  'reduce .items[] as $x (0; . + ($x.a // 0)) | -.',
  'label $out | 1, break $out',
  'if .a then 1 elif .b == "x" then 2 else 3 end | . - 1',
  '"a\\(.a + "b\\(1)c")d" as $s | $s[1:-1], $s[:2], $s[2:]',
  '@base64 "x\\(.a)y", @json',
  '.. | numbers # not closed: ( [ "',
  '.a."b"."c"["d"][0].if, .and, .end | ."then"',
  '1e-5 * .5 - -3 % 2 / 4.',
  'try error("x") catch . | not',
];
for (const text of filters) {
  test(`custom check: jq takes ${text}`, () =>
    assert.equal(readCustomCheck(`kubectl get pods -A -o json | jq '${text}'`).check?.filter, text));
}

const builtIns: [string, string][] = [
  ['kubectl get pods -o wide', 'kubectl get pods'],
  ['kubectl get pods -A | grep -v Running', 'kubectl get pods'],
  ["kubectl get events -A --sort-by='.lastTimestamp' | tail -20", 'kubectl get events'],
  ['kubectl top nodes', 'kubectl top nodes'],
  ['kubectl describe pod x -n y', 'kubectl describe pod'],
  ['kubectl get pods -A\nkubectl get nodes', 'kubectl get nodes'],
];
for (const [text, builtIn] of builtIns) {
  test(`custom check: "${text}" is built in`, () => assert.deepEqual(readCustomCheck(text), { builtIn }));
}

/** Text, the line of the error, and words of its message and cure. */
const refused: [string, number, RegExp][] = [
  ["kubectl get secrets -A -o json | jq '.'", 1, /"secrets" is never read/],
  ["kubectl get pods,Secret -A -o json | jq '.'", 1, /"Secret" is never read/],
  ['kubectl get secret/db', 1, /never read/],
  ['kubectl describe secrets.v1. x', 1, /never read/],
  ['kubectl delete pods --all', 1, /"kubectl delete" is not a reading command/],
  ['kubectl exec db-0 -- ls', 1, /not a reading command/],
  ['helm list', 1, /"helm" is not available/],
  ["kubectl get pods -A -o json | jq '.' > /tmp/x", 1, /Writing to a file/],
  ["kubectl get pods -A -o json | jq '.'; ls", 1, /`;`/],
  ["kubectl get pods -A -o json | jq '.' && ls", 1, /`&&`/],
  ["kubectl get pods -n $(cat ns) -o json | jq '.'", 1, /command inside a command/],
  ["kubectl get pods -n $NS -o json | jq '.'", 1, /shell variable/],
  ['kubectl get pods -A -o json | jq ".items[] | $x"', 1, /single quotes/],
  ["# one\n\nkubectl get pods -A -o json | jq '.items[]", 3, /never closed/],
  ["kubectl get pods -A -o json | jq '.' | head -1", 1, /"\| head" after jq/],
  ["kubectl get pods -A | jq '.'", 1, /Add `-o json`/],
  ["kubectl get pods --namespce x -o json | jq '.'", 1, /Did you mean --namespace\?/],
  ["kubectl get pods --kubeconfig=/x -o json | jq '.'", 1, /--kubeconfig is not available/],
  ["kubectl get pods web-1 -o json | jq '.'", 1, /lists a kind, not "web-1"/],
  ["kubectl get all -A -o json | jq '.'", 1, /"all" is not a kind/],
  ["kubectl get pods -A -o json | jq --arg x y '.'", 1, /--arg is not available/],
  ['kubectl get pods -A -o json | jq', 1, /no filter/],
  ['kubectl get pods -A -o json | jq .items .x', 1, /more than one filter/],
  ['kubectl get pods -A -o json | jq \'import "a" as a; .\'', 1, /modules/],
  ["kubectl get pods -A -o json | jq '.items[] | select('", 1, /opens a `\(` that is never closed/],
  ["kubectl get pods -A -o json | \\\n  jq '.items[]\n  | select(.a]'", 3, /`\(` in the jq filter is closed by `]`/],
  ["kubectl get pods -A -o json | jq '.items[])'", 1, /`\)` in the jq filter closes nothing/],
  ["kubectl get pods -A -o json | jq '.items[] | \"a'", 1, /opens a `"` that is never closed/],
  ["kubectl get pods -A -o json | jq '.items[] |'", 1, /`\|` in the jq filter has nothing behind it/],
  ["kubectl get pods -A -o json | jq '| .items[]'", 1, /`\|` in the jq filter has nothing before it/],
  ["kubectl get pods -A -o json | jq '.items[] | | .a'", 1, /has nothing behind it/],
  ["kubectl get pods -A -o json | jq '.items[] | select(.a ==)'", 1, /`==` in the jq filter has nothing behind it/],
  ["kubectl get pods -A -o json | jq '.items[] | select(.a and)'", 1, /`and` in the jq filter has nothing behind it/],
  ["kubectl get pods -A -o json | jq '.items[] | select()'", 1, /has `\(\)` with nothing in it/],
  ["kubectl get pods -A -o json | jq '.items[] select(.a)'", 1, /Write a pipe there: `\| select`/],
  ["kubectl get pods -A -o json | jq '.items[] | if .a then .b'", 1, /`if` without its `end`/],
  ["kubectl get pods -A -o json | jq '.'\n\nkubectl get nodes -o json | jq '.'", 3, /two checks/],
  ['kubectl get -o json', 1, /names nothing/],
  ['# nothing', 1, /no command/],
];
for (const [text, line, says] of refused) {
  test(`custom check: ${JSON.stringify(text)} is refused`, () => {
    const { error, check } = readCustomCheck(text);
    assert.equal(check, undefined);
    assert.equal(error?.line, line);
    assert.match(`${error?.message} ${error?.cure}`, says);
  });
}
