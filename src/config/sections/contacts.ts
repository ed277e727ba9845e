import { type Section, valuesOf } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import type { SectionKind } from './section.ts';
import { isNothing, isPlaceholder, readValue } from './values.ts';

/** Team & Contact: labelled lines are shown in messages and on the page. */
export const contacts: SectionKind = {
  title: 'Team & Contact',
  heading: /\bteams?\b|\bcontacts?\b|\bon[- ]?call\b/i,
  read(section, reader, draft) {
    reader.understood({ line: section.line, endLine: section.line }, 'contacts');
    readContacts(section, reader, draft);
  },
};

function readContacts(section: Section, reader: Reader, draft: Draft): void {
  for (const entry of valuesOf(section.blocks)) {
    // "Look at the thread first: ..." is a sentence with a colon in it.
    if (!entry.label || entry.label.value === '' || entry.struck || entry.label.name.split(/\s+/).length > 4) continue;
    const { text, place } = readValue(reader, entry);
    if (isPlaceholder(text)) reader.problem('placeholder', place, { word: text });
    else if (!isNothing(text)) {
      draft.revision.contacts.push({ label: entry.label.name, value: text, at: reader.at(entry) });
      reader.understood(entry, `contact: ${entry.label.name} is ${text}`);
    }
  }
  for (const below of section.sections) if (!below.aside) readContacts(below, reader, draft);
}
