import { counted, grouped, signed } from '../figures.ts';
import { type Html, html, htmlCommand, htmlTable } from './html.ts';
import type { HandoverPack } from './pack.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { Unlike } from './unlike.ts';

/** How the last frozen period came out when it was calculated again, and what has been learned since of all that is frozen. */
export function rehearsalPart(found: Rehearsal | null, { firstPeriod }: HandoverPack['calendar']): Html {
  if (found === null) return html`<p>No period is frozen yet, so that there is nothing to rehearse.</p>\n`;
  const { period, asOf, frozenAt, statements, unequal, since } = found;
  const verdict = found.equal
    ? html`<p>All ${statements} statements of ${period} were calculated again from position ${asOf}, which their freeze pinned. They are equal to what was frozen, to the byte.</p>\n`
    : html`<p class="bad">${counted(unequal.length, 'statement')} of ${period} ${unequal.length === 1 ? 'does' : 'do'} not come out as ${statements === 1 ? 'it was' : 'they were'} frozen, from position ${asOf}, recorded ${frozenAt.slice(0, 10)}. What is frozen holds; find out why before the next freeze.</p>
${htmlTable(
  ['participant', 'frozen', 'calculated again', 'what is another one'],
  unequal.map((each) => [each.participant, each.frozen ?? '–', each.recomputed ?? '–', unlikeCell(each)]),
)}${unequalAdvice(found)}`;
  const totals = Object.entries(since.totals).map(([currency, { frozen, replayed, delta }]) => [
    currency,
    grouped(frozen),
    grouped(replayed),
    signed(delta),
  ]);
  const causes = since.causes.map((each) => [
    each.participant,
    each.period,
    each.component,
    `${each.currency} ${signed(each.delta)}`,
    each.says,
  ]);
  return html`${verdict}
<h3>What has been learned since</h3>
${since.problem === null ? '' : html`<p class="bad">It cannot be calculated for everybody: ${since.problem.message}</p>\n`}
${causes.length === 0 ? html`<p>Nothing that moves ${firstPeriod === period ? period : `any period from ${firstPeriod} to ${period}`}.</p>\n` : html`<p>As things are known now, periods that are frozen would be other ones. The difference is paid, or taken back, from the first open period on:</p>\n`}
${htmlTable(['earned in all that is frozen', 'frozen', 'as known now', 'difference'], totals)}${htmlTable(['participant', 'of', 'component', 'difference', 'why'], causes)}
${htmlCommand(`ledger replay ${firstPeriod === period ? period : `${firstPeriod} ${period}`}\nledger statement <participant> ${period}\nledger audit --payout ${period}/<participant>`)}`;
}

function unlikeCell({ says, lines, problem }: Unlike): Html {
  const rows = lines.map(
    ({ line, frozen, recomputed }) =>
      html`<br>– <code>${line}</code>: ${frozen ?? 'no such line'} → ${recomputed ?? 'no such line'}`,
  );
  return html`${says}${problem === null ? '' : html` ${problem.message}`}${rows}`;
}

/** Why it can be, in the order in which it is found out, and what follows from each. */
function unequalAdvice({ period, frozenAt, unequal }: Rehearsal): Html {
  const who = unequal[0]?.participant ?? '<participant>';
  return html`<h3>What it can be, and what to do</h3>
<ol>
<li>What is stored is not what was stored. <code>ledger verify</code> says so, and names the first position that is damaged: restore the ledger file from a
backup, and believe nothing else on this page until then. If a view alone differs, <code>ledger rebuild</code> makes it anew.</li>
<li>All is whole: then the release of the product that you have calculates, or explains, otherwise than the one that froze ${period}. Nobody
recorded anything wrong. That the frozen statement is right in itself is shown from its own file, which needs neither the ledger nor the release of then:</li>
</ol>
${htmlCommand(`ledger verify
ledger statement ${who} ${period} --json > frozen.json
ledger recompute frozen.json
ledger replay ${period}`)}
<p>Where every amount is as it was frozen, no money moves: nothing will be corrected, and the close goes on. Where amounts are other ones,
<code>ledger replay ${period}</code> names the difference as one that no recorded event explains, and the next freeze would post it as a correction. So do not
request that freeze: have somebody who knows the plan say which amount is right. Is it the frozen one, go back to the release of ${frozenAt.slice(0, 10)}
(<code>git log --before</code> in the repository) and report the difference. Is it the new one, freeze: the correction says by itself that the release made it.</p>
`;
}
