import type { Section } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';

/** One kind of section: how its heading is recognised and how its lines become data. */
export type SectionKind = {
  /** As documents write it. */
  title: string;
  heading: RegExp;
  read(section: Section, reader: Reader, draft: Draft): void;
};
