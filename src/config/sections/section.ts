import type { Section } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import type { Decides } from './fenced-rules.ts';

/** One kind of section: how its heading is recognised and how its lines become data. */
export type SectionKind = {
  /** As documents write it. */
  title: string;
  heading: RegExp;
  /** What of it must not stand in a plain fence. */
  decides?: readonly Decides[];
  read(section: Section, reader: Reader, draft: Draft): void;
};
