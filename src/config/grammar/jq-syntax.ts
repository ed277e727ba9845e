import type { ShellFault } from './shell-words.ts';

type Token = { text: string; at: number; is: 'open' | 'close' | 'operator' | 'word' | 'term' | 'other' };

const closerOf = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);
const openers = new Map([...closerOf].map(([open, close]) => [close, open]));

/** What needs something on both of its sides; the longer first. `-` may also stand before its term. */
const operator = /\?\/\/|\/\/=|\/\/|\|=|[+\-*/%]=|==|!=|<=|>=|[|,<>+\-*/%=]/y;
const behindTerms = new Set('as and or then elif else end catch'.split(' '));
const keywords = new Set([...behindTerms, ...'def reduce foreach try if label import include break'.split(' ')]);
const term = /\.[A-Za-z_]\w*|\$\w+|@\w+|\.\.|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?/y;
const word = /[A-Za-z_]\w*(?:::\w+)*/y;

/**
 * What makes jq refuse a filter whatever it is given, as far as it shows without running jq: brackets and quotes that are
 * not closed, an operator with nothing on one of its sides, two expressions with nothing between. Lines count from the
 * filter's first. Never says a word against a filter that jq would take; what only running can tell it leaves.
 */
export function findJqFault(filter: string): ShellFault | undefined {
  const read = splitJq(filter);
  const fault = 'fault' in read ? read.fault : (findBracket(read.tokens) ?? findGap(read.tokens));
  return fault && { message: fault.message, cure: fault.cure, line: filter.slice(0, fault.at).split('\n').length };
}

type Fault = { message: string; cure: string; at: number };

const neverClosed = (mark: string, close: string, at: number): Fault => ({
  message: `The jq filter opens a \`${mark}\` that is never closed.`,
  cure: `Close it with \`${close}\`.`,
  at,
});

function splitJq(filter: string): { tokens: Token[] } | { fault: Fault } {
  const tokens: Token[] = [];
  // Within a string `\(` begins an expression that may hold strings; the string goes on where its bracket closes.
  const strings: { at: number; depth: number }[] = [];
  let depth = 0;
  const match = (pattern: RegExp, at: number): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(filter)?.[0];
  };
  let at = 0;
  const put = (text: string, is: Token['is']): void => {
    tokens.push({ text, at, is });
    at += text.length;
  };
  /** From inside a string to its end, or to the expression within it. */
  const readString = (start: number): Fault | undefined => {
    for (; at < filter.length; at++) {
      if (filter[at] === '"') {
        put('"', 'term');
        return undefined;
      }
      if (filter[at] !== '\\') continue;
      if (filter[++at] !== '(') continue;
      strings.push({ at: start, depth });
      depth++;
      put('(', 'open');
      return undefined;
    }
    return neverClosed('"', '"', start);
  };
  while (at < filter.length) {
    const here = filter[at] ?? '';
    if (/\s/.test(here)) at++;
    else if (here === '#') {
      const end = filter.indexOf('\n', at);
      at = end < 0 ? filter.length : end;
    } else if (here === '"') {
      const start = at++;
      const fault = readString(start);
      if (fault) return { fault };
    } else if (closerOf.has(here)) {
      depth++;
      put(here, 'open');
    } else if (openers.has(here)) {
      depth--;
      put(here, 'close');
      const string = strings.at(-1);
      if (string?.depth === depth && here === ')') {
        strings.pop();
        const fault = readString(string.at);
        if (fault) return { fault };
      }
    } else {
      const found = match(term, at);
      const name = found === undefined ? match(word, at) : undefined;
      const sign = found === undefined && name === undefined ? match(operator, at) : undefined;
      put(
        found ?? name ?? sign ?? here,
        found !== undefined ? 'term' : name !== undefined ? 'word' : sign !== undefined ? 'operator' : 'other',
      );
    }
  }
  return { tokens };
}

function findBracket(tokens: readonly Token[]): Fault | undefined {
  const open: Token[] = [];
  for (const token of tokens) {
    if (token.is === 'open') open.push(token);
    if (token.is !== 'close') continue;
    const last = open.pop();
    const wanted = closerOf.get(last?.text ?? '');
    if (!last)
      return {
        message: `\`${token.text}\` in the jq filter closes nothing.`,
        cure: `Remove it, or open it with \`${openers.get(token.text) ?? ''}\` before.`,
        at: token.at,
      };
    if (wanted !== undefined && wanted !== token.text)
      return {
        message: `\`${last.text}\` in the jq filter is closed by \`${token.text}\`.`,
        cure: `Close it with \`${wanted}\`.`,
        at: last.at,
      };
  }
  const [first] = open;
  return first && neverClosed(first.text, closerOf.get(first.text) ?? '', first.at);
}

/** An operator or a bracket with nothing in it, two expressions with no pipe between, an `if` without its `end`. */
function findGap(tokens: readonly Token[]): Fault | undefined {
  const open: string[] = [];
  const ifs: Token[] = [];
  for (const [index, token] of tokens.entries()) {
    const [before, after] = [tokens[index - 1], tokens[index + 1]];
    // Among the keys of an object `and`, `if` and `end` are names.
    const inObject = open.at(-1) === '{';
    if (token.is === 'open') open.push(token.text);
    if (token.is === 'close') open.pop();
    if (token.is === 'operator' || (!inObject && isJoin(token))) {
      if (token.text !== '-' && !endsTerm(before, inObject)) return lacks(token, 'before');
      // `{a, b,}` is allowed.
      const isLastComma = inObject && token.text === ',' && after?.text === '}';
      if (!isLastComma && !beginsTerm(after, inObject)) return lacks(token, 'behind');
    }
    if (token.text === '(' && after?.text === ')')
      return {
        message: 'The jq filter has `()` with nothing in it.',
        cure: 'Write the condition into the brackets, or remove them.',
        at: token.at,
      };
    if (before && isName(token) && isComplete(before))
      return {
        message: `Nothing stands between "${before.text}" and "${token.text}" in the jq filter.`,
        cure: `Write a pipe there: \`| ${token.text}\`.`,
        at: token.at,
      };
    if (token.is !== 'word') continue;
    if (token.text === 'if' && !(inObject && [':', ',', '}'].includes(after?.text ?? ''))) ifs.push(token);
    if (token.text === 'end' && !(inObject && ['{', ','].includes(before?.text ?? '')) && !ifs.pop())
      return { message: '`end` in the jq filter ends no `if`.', cure: 'Remove it, or write its `if`.', at: token.at };
  }
  const [first] = ifs;
  return (
    first && {
      message: 'The jq filter has an `if` without its `end`.',
      cure: 'Write `if CONDITION then THIS else THAT end`.',
      at: first.at,
    }
  );
}

const lacks = ({ text, at }: Token, side: 'before' | 'behind'): Fault => ({
  message: `\`${text}\` in the jq filter has nothing ${side} it.`,
  cure: `Write what comes ${side} it, or remove it.`,
  at,
});

const isJoin = ({ is, text }: Token): boolean => is === 'word' && (text === 'and' || text === 'or');

/** Whether an operator may stand behind it. */
function endsTerm(token: Token | undefined, inObject: boolean): boolean {
  if (!token || token.is === 'open' || token.is === 'operator') return false;
  if (token.is === 'other') return token.text !== ';' && token.text !== ':';
  return token.is !== 'word' || inObject || token.text === 'end' || !keywords.has(token.text);
}

/** Whether it may stand behind an operator. */
function beginsTerm(token: Token | undefined, inObject: boolean): boolean {
  if (!token || token.is === 'close' || (token.is === 'operator' && token.text !== '-')) return false;
  if (token.is === 'other') return token.text !== ';';
  return token.is !== 'word' || inObject || !behindTerms.has(token.text);
}

const isName = ({ is, text }: Token): boolean => (is === 'word' && !keywords.has(text)) || text.startsWith('$');

const isComplete = ({ is, text }: Token): boolean => is === 'close' || (is === 'term' && !/^(?:@|\.\.$)/.test(text));
