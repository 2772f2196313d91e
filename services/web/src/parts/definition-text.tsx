import { Text } from '@mantine/core';
import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import { type DefinitionCheck, type Proof, type Remark, useDefinitionCheck } from './definition-check.ts';
import classes from './definition-text.module.css';
import { amountText } from './money.tsx';

export interface DefinitionTextProps {
  readonly text: string;
  readonly change: (text: string) => void;
  /** Whether what is typed could be recorded as it stands: said anew whenever that changes. While it is looked at, it is not. */
  readonly valid?: (isValid: boolean) => void;
  readonly label?: string;
  /** It is tried out here and asked for by somebody else: that one may not ask for it is no error. */
  readonly isTriedOut?: boolean;
  /** Lines that are seen at once. */
  readonly rows?: number;
}

/**
 * A definition as text, YAML or JSON. What is wrong with it is said while one types, where it is, and so is what its worked cases come
 * to. Tab leaves it, as any other field.
 */
export function DefinitionText(props: DefinitionTextProps) {
  const { text, change, valid, label = 'Definition', isTriedOut = false, rows = 20 } = props;
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const check = useDefinitionCheck(text);
  const isOthers = isTriedOut && check.isForOthers;
  const isValid = check.state === 'accepted' || (check.state === 'refused' && isOthers);
  const tell = useRef(valid);
  tell.current = valid;
  useEffect(() => tell.current?.(isValid), [isValid]);
  const remarks = isOthers ? [] : check.remarks;
  const lines = text.split('\n');
  const go = ({ line = 1, column }: Pick<Remark, 'line' | 'column'>) => {
    const at = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
    field.current?.focus();
    field.current?.setSelectionRange(at, at);
    // The caret is brought into sight by what is typed, not by what is chosen.
    if (field.current !== null) field.current.scrollTop = Math.max(0, (line - 4) * LINE_PX);
  };
  return (
    <div className={classes.whole}>
      <Text component="label" htmlFor={id} size="sm" fw={600}>
        {label}
      </Text>
      <Sheet
        {...{ id, field, lines, text, change, remarks, rows }}
        isRefused={remarks.some(({ isError }) => isError)}
      />
      <div id={`${id}-said`} className={classes.said}>
        <Standing check={check} isOthers={isOthers} />
        <Remarks remarks={remarks} go={go} />
      </div>
      <Cases cases={check.cases} go={go} />
    </div>
  );
}

/** As the style sheet says: what lies over and beside the text has to hit it. */
const LINE_PX = 20;

function Sheet({
  id,
  field,
  lines,
  text,
  change,
  remarks,
  rows,
  isRefused,
}: Pick<DefinitionTextProps, 'text' | 'change'> & {
  readonly id: string;
  readonly field: React.RefObject<HTMLTextAreaElement | null>;
  readonly lines: readonly string[];
  readonly remarks: readonly Remark[];
  readonly rows: number;
  readonly isRefused: boolean;
}) {
  const gutter = useRef<HTMLDivElement>(null);
  const marks = useRef<HTMLDivElement>(null);
  const follow = ({ scrollTop, scrollLeft }: HTMLTextAreaElement) => {
    if (gutter.current !== null) gutter.current.style.transform = `translateY(${-scrollTop}px)`;
    if (marks.current !== null) marks.current.style.transform = `translate(${-scrollLeft}px, ${-scrollTop}px)`;
  };
  const placed = remarks.flatMap((each) => (each.line === undefined ? [] : [{ ...each, line: each.line }]));
  return (
    <div className={classes.sheet}>
      <div
        className={classes.margin}
        style={{ width: `${Math.max(5, String(lines.length).length + 3)}ch` }}
        aria-hidden
      >
        <div ref={gutter}>
          <div>{lines.map((_, index) => index + 1).join('\n')}</div>
          {placed.map(({ line, column, isError, says }) => (
            <div
              key={`${line} ${column} ${says}`}
              data-mark={isError ? 'error' : 'warning'}
              style={{ top: (line - 1) * LINE_PX }}
            >
              {line}
            </div>
          ))}
        </div>
      </div>
      <div className={classes.paper}>
        <div ref={marks} className={classes.marks} aria-hidden>
          {placed.map(({ line, column, says, isError }) => (
            <div
              key={`${line} ${column} ${says}`}
              className={classes.mark}
              data-mark={isError ? 'error' : 'warning'}
              style={{
                top: (line - 1) * LINE_PX,
                left: `${column - 1}ch`,
                width: `${wordAt(lines[line - 1] ?? '', column)}ch`,
              }}
            />
          ))}
        </div>
        <textarea
          ref={field}
          id={id}
          className={classes.text}
          value={text}
          rows={Math.min(rows, Math.max(8, lines.length + 1))}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          aria-invalid={isRefused}
          aria-describedby={`${id}-said`}
          onChange={({ currentTarget }) => change(currentTarget.value)}
          onKeyDown={indent}
          onScroll={({ currentTarget }) => follow(currentTarget)}
        />
      </div>
    </div>
  );
}

/** Length of what begins at a column, to its next blank; something that can be seen in any case. */
function wordAt(line: string, column: number): number {
  return /^[^\s:,\]}]+/.exec(line.slice(column - 1))?.[0].length ?? 1;
}

/** A new line begins where the one before did, as whoever writes YAML expects. */
function indent(event: KeyboardEvent<HTMLTextAreaElement>): void {
  const { key, ctrlKey, metaKey, altKey, currentTarget } = event;
  if (key !== 'Enter' || ctrlKey || metaKey || altKey || event.nativeEvent.isComposing) return;
  const before = currentTarget.value.slice(0, currentTarget.selectionStart);
  const blanks = /^ */.exec(before.slice(before.lastIndexOf('\n') + 1))?.[0] ?? '';
  if (blanks === '') return;
  event.preventDefault();
  // The one way of writing into a field that can be undone.
  document.execCommand('insertText', false, `\n${blanks}`);
}

function Standing({ check, isOthers }: { readonly check: DefinitionCheck; readonly isOthers: boolean }) {
  const wrong = check.remarks.filter(({ isError }) => isError).length;
  const failed = check.cases.reduce((sum, each) => sum + each.failed.length, 0);
  const kind = isOthers ? 'accepted' : check.state;
  return (
    <div role="status" className={classes.standing} data-state={kind} data-failed={failed > 0 ? true : undefined}>
      {sayStanding(check, { wrong, failed, isOthers })}
    </div>
  );
}

function sayStanding(
  { state, waiting, events }: DefinitionCheck,
  { wrong, failed, isOthers }: { readonly wrong: number; readonly failed: number; readonly isOthers: boolean },
): string {
  if (isOthers) return 'Nothing is wrong with it. Ops asks for it, once it has been tried out.';
  switch (state) {
    case 'empty':
      return 'Nothing is written yet.';
    case 'waits':
      return 'Checking…';
    case 'unanswered':
      return 'The ledger does not answer; what you typed is kept. It is checked again when you go on typing.';
    case 'refused':
      return wrong === 1 ? 'One thing is wrong.' : `${wrong} things are wrong.`;
    case 'accepted': {
      if (events === 0) return 'Nothing is wrong, and nothing is new: the ledger says all of this already.';
      if (failed > 0)
        return `Its worked cases fail: ${waiting.join(', ')} can be proposed, and is not approved like this.`;
      if (waiting.length === 0) return 'Nothing is wrong. It takes effect at once.';
      return `Nothing is wrong. ${waiting.join(', ')} would wait for approval.`;
    }
    default:
      return state satisfies never;
  }
}

type Go = (place: Pick<Remark, 'line' | 'column'>) => void;

function Remarks({ remarks, go }: { readonly remarks: readonly Remark[]; readonly go: Go }) {
  if (remarks.length === 0) return null;
  return (
    <ul className={classes.remarks} aria-label="What is said of it">
      {remarks.map(({ says, isError, line, column }) => (
        <li key={`${line} ${column} ${says}`} data-mark={isError ? 'error' : 'warning'}>
          {line === undefined ? null : (
            <button type="button" className={classes.place} onClick={() => go({ line, column })}>
              Line {line}, column {column}
            </button>
          )}{' '}
          {isError ? '' : 'Perhaps not meant: '}
          {says}
        </li>
      ))}
    </ul>
  );
}

function Cases({ cases, go }: { readonly cases: readonly Proof[]; readonly go: Go }) {
  if (cases.length === 0) return null;
  return (
    <section aria-label="Worked cases" className={classes.cases}>
      {cases.map(({ plan, passed, failed }) => (
        <div key={plan}>
          <Text size="sm" fw={600}>
            Worked cases of {plan}: {passed} passed, {failed.length} failed
          </Text>
          {failed.map(({ title, failures }) => (
            <div key={title} className={classes.failed}>
              <Text size="sm">Failed: {title}</Text>
              <ul>
                {failures.map(({ line, what, field, expected, actual }) => (
                  <li key={`${line} ${what} ${field}`}>
                    <button type="button" className={classes.place} onClick={() => go({ line, column: 1 })}>
                      Line {line}
                    </button>{' '}
                    {what}, {field}: expected <del>{figure(expected)}</del>, comes to <ins>{figure(actual)}</ins>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </div>
      ))}
    </section>
  );
}

/** Amounts as they are read; everything else as it was said. */
function figure(said: string): string {
  return /^-?\d+\.\d{2,}$/.test(said) ? amountText(said) : said;
}
