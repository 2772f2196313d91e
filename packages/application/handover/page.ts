import type { StepAnswer } from '../close-matter.ts';
import { counted, grouped, signed } from '../figures.ts';
import { type Html, html, htmlCommand, htmlTable } from './html.ts';
import type { HandoverPack } from './pack.ts';
import type { HandedPolicy } from './policies.ts';
import { rehearsalPart } from './rehearsal-page.ts';
import type { Unusual } from './unusual.ts';

/** Printed and read from a disk: one file, no script, nothing from anywhere else. */
const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 Georgia, 'Times New Roman', serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3, th, nav, .small { font-family: system-ui, sans-serif; }
h2 { border-top: 1px solid; padding-top: 1rem; margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; overflow-wrap: break-word; }
pre { background: #8882; padding: .5rem .75rem; white-space: pre-wrap; overflow-wrap: anywhere; }
td code { overflow-wrap: anywhere; }
code { font: .85rem/1.4 ui-monospace, Consolas, monospace; }
.bad { font-weight: bold; }
.small { font-size: .85rem; }
@media screen {
  section { overflow-x: auto; }
}
@media print {
  body { max-width: none; margin: 0; font-size: 10pt; }
  nav { display: none; }
  h2, h3 { break-after: avoid; }
  tr, pre { break-inside: avoid; }
  thead { display: table-header-group; }
}
`;

/** Where a ledger lies: a file, or the address of a cluster without what is secret in it. */
export interface LedgerPlace {
  readonly at: string;
  readonly isCluster: boolean;
}

/** The pack as one page, written to whoever comes next. `place`: which only the machine that has the ledger is told. */
export function handoverPage(pack: HandoverPack, place?: LedgerPlace): string {
  const sections: readonly (readonly [id: string, title: string, content: Html])[] = [
    ['start', 'Where to start', start(pack, place)],
    ['close', 'The close: what is due, and when', closes(pack)],
    ['waiting', 'What waits for somebody', waiting(pack)],
    ['coming', 'What ends or begins by itself', coming(pack)],
    ['exceptions', 'What departs from the rules', exceptions(pack)],
    ['unusual', 'What was unusual in the last year', unusual(pack)],
    ['alone', 'What only one person has ever done', alone(pack)],
    ['rehearsal', 'A rehearsal', rehearsalPart(pack.rehearsal, pack.calendar)],
    ['definitions', 'What rules, and why it came to be so', definitions(pack)],
    ['policies', 'How it is approved, corrected and answered', policies(pack)],
    ['people', 'Who earns under it', people(pack)],
    ['onward', 'How to go on asking', onward(pack)],
  ];
  const nav = sections.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>\n`);
  const body = sections.map(
    ([id, title, content]) => html`<section id="${id}">\n<h2>${title}</h2>\n${content}</section>\n`,
  );
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Handover of ledger ${pack.ledger}, ${pack.today}</title>
<style>`.text;
  return `${page}${STYLE}</style>\n</head>\n<body>\n${
    html`<h1>Handover of the commission ledger ${pack.ledger}</h1>
<p class="small">As of position ${pack.asOf}, ${pack.at}; the day is ${pack.today} in ${pack.calendar.timeZone}.</p>
${letter(pack)}
<nav><ol>\n${nav}</ol></nav>
${body}`.text
  }</body>\n</html>\n`;
}

function letter(pack: HandoverPack): Html {
  const { calendar, people: all, definitions: rules, closes: dates, waiting: asked, exceptions: departures } = pack;
  const plans = rules.filter(({ kind, inForce }) => kind === 'plan' && inForce !== null);
  const last = dates.find(({ state }) => state === 'frozen');
  const next = dates.find(({ state }) => state !== 'frozen');
  const each = calendar.cadence === 'quarter' ? 'quarter' : 'month';
  return html`<p>Dear colleague,</p>
<p>this ledger says what ${counted(all.length, 'participant')} earn in commission under ${counted(plans.length, 'plan')}, and why. Pay is settled
by the ${each} since ${calendar.firstPeriod}, and reported in ${calendar.currency}. Nothing in it is ever changed: what happened is recorded once, what it means
is calculated, and what is learned late becomes a correction in the first period that is still open. You can break nothing by asking.</p>
<p>${last === undefined ? 'No period has been frozen yet.' : html`The last period that became history is ${last.period}.`}
${next === undefined ? '' : html`The next to close is ${next.period}, which lasts from ${next.from} until the day before ${next.to}.`}
${asked.length === 0 ? 'Nothing waits for a decision.' : html`${counted(asked.length, 'request')} ${asked.length === 1 ? 'waits' : 'wait'} for a decision.`}
${departures.length === 0 ? 'No exception is in force.' : html`${counted(departures.length, 'exception')} ${departures.length === 1 ? 'is' : 'are'} in force, or still felt.`}
${rehearsed(pack)}</p>
<p>Everything below was found in the log; nobody chose what to tell you. Each part ends with the commands by which you go on.</p>
`;
}

function rehearsed({ rehearsal: found }: HandoverPack): Html {
  if (found === null) return html``;
  if (found.equal)
    return html`I calculated ${found.period} again from nothing, and every statement came out as it was frozen.`;
  const says = `${counted(found.unequal.length, 'statement')} of ${found.period} did not come out as frozen when I calculated them again: read the rehearsal first.`;
  return html`<strong class="bad">${says}</strong>`;
}

function start({ ledger, closes: dates, close }: HandoverPack, place: LedgerPlace | undefined): Html {
  const period = close?.period ?? dates.at(-1)?.period ?? '';
  return html`<p>You need ${needed(place)}, and the <code>ledger</code> command of the repository. Say who you are with every command that writes: <code>--as ops:&lt;your id&gt;</code> to prepare,
<code>--as finance:&lt;your id&gt;</code> to approve. Nobody approves what they asked for, or what pays them.</p>
<p>In your first hour, in this order:</p>
${htmlCommand(`export LEDGER_STORE=${place === undefined ? '<file>' : asOneWord(place.at)}   # the ledger ${ledger}
ledger verify                 # is the log whole, and do the views follow from it?
ledger close ${period}          # what is done, what is missing, who can do it
ledger requests               # what waits for a decision`)}`;
}

function needed(place: LedgerPlace | undefined): Html {
  if (place?.isCluster === true) {
    return html`the cluster at <code>${place.at}</code> (put your user and password before the host, and name with <code>files=</code> a folder of your own,
in which views are made anew)`;
  }
  const named =
    place === undefined ? html`of the ledger, which lies where it is served` : html`<code>${place.at}</code>`;
  return html`the file ${named} (its companions <code>.views</code> and <code>.people</code> lie beside it; the first can be made anew at any time,
the second holds names)`;
}

/** What a shell takes as it stands: an address has an ampersand in it, and a folder may have a space. */
function asOneWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const MONEY: Readonly<Record<HandoverPack['money'][number]['state'], readonly [says: string, command: string]>> = {
  frozen: ['payable, in no run', 'pay-run'],
  returned: ['came back, payable again', 'pay-run'],
  'in-run': ['with payroll, not said to be paid', 'payouts'],
  negative: ['takes money back, which no payment can', 'payouts'],
};

function money({ money: found }: HandoverPack): Html {
  if (found.length === 0) return html`<p>No money of a frozen period is under way.</p>\n`;
  const rows = found.map(({ period, state, statements, totals }) => [
    period,
    MONEY[state][0],
    statements,
    Object.entries(totals)
      .map(([currency, sum]) => `${currency} ${grouped(sum)}`)
      .join(', '),
    html`<code>ledger ${MONEY[state][1]} ${period}</code>`,
  ]);
  return html`<h3>Money under way</h3>\n${htmlTable(['period', 'where it is', 'statements', 'sum', 'command'], rows)}`;
}

const STEP: Readonly<Record<StepAnswer['state'], string>> = {
  done: 'done',
  now: 'NOW',
  later: 'later',
  advice: 'look',
};

function closes(pack: HandoverPack): Html {
  const { closes: dates, close } = pack;
  const rows = dates.map(({ period, from, to, state }) => [
    period,
    from,
    to,
    state,
    html`<code>ledger close ${period}</code>`,
  ]);
  const steps = close?.steps.map(({ title, state, says, missing, who, command }) => [
    STEP[state],
    html`<strong>${title}</strong>`,
    html`${says}${missing.map((each) => html`<br>– ${each.says} <code>${each.mend}</code>`)}`,
    state === 'done'
      ? ''
      : html`${who.roles.join(' or ')}${who.not.length > 0 ? html`, not ${who.not.join(', ')}` : ''}${who.before.length > 0 ? html` (before: ${who.before.join(', ')})` : ''}`,
    state === 'done' || command === null ? '' : html`<code>${command}</code>`,
  ]);
  return html`<p>A freeze can be requested from the first day after a period, once every earlier one is frozen.</p>
${htmlTable(['period', 'from', 'closes from', 'state', 'steps'], rows)}
${close === null ? '' : html`<h3>${close.period}, step by step</h3>\n<p>As they stand on ${pack.today}. NOW: can be done; later: another comes first; look: may be left as it is, and nobody but you will notice.</p>\n${htmlTable(['', 'step', '', 'who', 'command'], steps ?? [])}`}
${money(pack)}<p>The close can be left at any step, and taken up by somebody else with <code>ledger close ${close?.period ?? '<period>'}</code>.</p>
`;
}

function waiting({ waiting: asked, queries, replays }: HandoverPack): Html {
  const rows = asked.map((each) => [
    html`<code>${each.name}</code>`,
    each.says,
    html`${each.requestedBy}, ${each.requestedAt.slice(0, 10)}: ${each.reason}`,
    html`${each.needs.map((roles) => roles.join(' or ')).join(' and ')}, not ${each.not.join(' or ')}${each.before.length > 0 ? html` (decided before: ${each.before.join(', ')})` : ''}${each.approvedSoFar.length > 0 ? html`; approved so far by ${each.approvedSoFar.join(', ')}` : ''}${each.rules.length > 0 ? html`; by the rules: ${each.rules.join('; ')}` : ''}; before ${each.expiresOn}`,
    html`<code>${each.command}</code>`,
  ]);
  const asks = queries.map((each) => [
    html`<code>${each.query}</code>`,
    html`${each.line} in ${each.period}, ${each.currency} ${grouped(each.saw)}: ${each.says}${each.expects === null ? '' : html` Expects ${each.currency} ${grouped(each.expects)}.`}${each.difference === null ? '' : html` By their own facts it would be ${each.currency} ${signed(each.difference)} on top.`}`,
    html`${each.openedBy}, ${each.openedAt.slice(0, 10)}${each.thread.map(({ at, by, says }) => html`<br>${at.slice(0, 10)} ${by} ${says}`)}`,
    html`${each.ball === 'participant' ? each.participant : (each.holder ?? 'nobody yet')}${each.dueOn === null ? '' : html`, due ${each.dueOn}`}${each.isLate ? html` <strong class="bad">late</strong>` : ''}`,
    html`<code>ledger query show ${each.query}</code>`,
  ]);
  return html`<h3>Approvals</h3>
${asked.length === 0 ? html`<p>None waits.</p>\n` : htmlTable(['request', 'what', 'asked by', 'who may decide', 'command'], rows)}
<h3>Queries</h3>
${queries.length === 0 ? html`<p>No participant waits for an answer.</p>\n` : htmlTable(['query', 'about', 'what was said', 'whose move', 'command'], asks)}
${kept(replays)}${htmlCommand('ledger requests\nledger query list')}`;
}

function kept(replays: HandoverPack['replays']): Html {
  if (replays.length === 0) return html``;
  const rows = replays.map((each) => [
    html`<code>${each.replay}</code>`,
    each.from === each.to ? each.from : `${each.from} to ${each.to}`,
    html`${each.by}, ${each.recordedAt.slice(0, 10)}: ${each.reason}`,
    html`${each.definitions.join(', ') || 'the book as it was'}: ${Object.entries(each.deltas)
      .map(([currency, delta]) => `${currency} ${signed(delta)}`)
      .join(', ')}`,
    html`<code>ledger replay show ${each.replay}</code>`,
  ]);
  return html`<h3>Replays that were kept, and neither applied nor discarded</h3>
${htmlTable(['replay', 'of', 'kept by', 'tried out, and what came out against what was frozen, with all that was learned by then', 'command'], rows)}`;
}

function coming({ coming: found, carried }: HandoverPack): Html {
  const balances = carried.flatMap(({ participant, leftOn, period, currency, balances: own }) =>
    own.map(({ balance, of, closing }) => [
      leftOn === null ? participant : `${participant}, who left on ${leftOn}`,
      of === null ? balance : `${balance}, ${of}`,
      `${currency} ${grouped(closing)}`,
      period,
    ]),
  );
  return html`<p>Nobody has to do anything on these days; statements of later periods are calculated accordingly. Where a day is over, the statement that it moves is still open.</p>
${
  found.length === 0
    ? html`<p>No hold, draw, ramp, leave or interval ends by what is recorded.</p>\n`
    : htmlTable(
        ['on', 'what', ''],
        found.map(({ on, what, says }) => [on, what, says]),
      )
}
<h3>What is carried from statement to statement</h3>
${balances.length === 0 ? html`<p>Nothing is held, owed, deferred or to be recovered.</p>\n` : htmlTable(['participant', 'balance', 'amount', 'after'], balances)}`;
}

/** How long what nobody revokes holds. */
const UNTIL: Readonly<Record<string, string>> = {
  'freeze-override': 'for that freeze',
  reopening: 'until it is frozen again',
};

function exceptions({ exceptions: found }: HandoverPack): Html {
  if (found.length === 0) return html`<p>No split, relief or decision about pay is in force.</p>\n`;
  const rows = found.map((each) => [
    html`<code>${each.name}</code>${each.state === 'in-force' ? '' : html`<br><strong>${each.state === 'expiring' ? 'expires soon' : 'expired, still in what is paid'}</strong>`}`,
    each.says,
    html`${each.reason}${each.evidence.length === 0 ? '' : html`<br><span class="small">Evidence: ${each.evidence.join('; ')}</span>`}`,
    html`${each.requestedBy}; approved by ${each.approvedBy.join(' and ')} on ${each.approvedAt.slice(0, 10)}`,
    each.endsOn ?? UNTIL[each.kind] ?? 'until it is revoked',
    each.moves.flatMap(({ participant, currency, periods }) =>
      periods.map(
        ({ period, difference }) =>
          html`${participant} in ${period}: ${difference === null ? 'cannot be said' : html`${currency} ${signed(difference)}`}<br>`,
      ),
    ),
  ]);
  return html`<p>What each moves is the statement with it, less the same statement without it.</p>
${htmlTable(['exception', 'what', 'why', 'asked by', 'until', 'moves'], rows)}
${htmlCommand(
  [
    'ledger exceptions',
    `ledger audit --request ${found[0]?.name}`,
    // What was frozen in spite of something stays frozen.
    ...found
      .filter(({ kind }) => UNTIL[kind] === undefined)
      .slice(0, 1)
      .map(({ name }) => `ledger --as finance:<you> revoke ${name} --reason '<why>'`),
  ].join('\n'),
)}`;
}

const WHY: Readonly<Record<Unusual['why'], string>> = {
  'largest effect': 'moved most, in corrections that were posted or are to come',
  'beside the rules': 'departed from plan or quota, with an approval',
  overridden: 'went on although something said no, or was undone',
  'back-dated': 'applies to days of a period that was frozen already',
};

function unusual({ unusual: found }: HandoverPack): Html {
  if (found.length === 0) return html`<p>Nothing was.</p>\n`;
  return html`<p>What each moved is the sum of the amounts, whatever their sign: of the corrections that it caused; of what departed from plan or quota, of
what it moves in statements, which <code>ledger exceptions</code> tells one by one. Where nothing stands it moved nothing, or none of this can be said of it.</p>
${Object.entries(WHY).map(([why, title]) => {
  const rows = found
    .filter((each) => each.why === why)
    .map((each) => [
      each.recordedOn,
      html`${each.says}${each.reason === null ? '' : html`<br><span class="small">Why: ${each.reason}</span>`}`,
      html`${each.by}${each.approvedBy.length > 0 ? html`; approved by ${each.approvedBy.join(' and ')}` : ''}`,
      Object.entries(each.moved)
        .map(([currency, amount]) => `${currency} ${grouped(amount)}`)
        .join(', '),
      each.position === null ? '' : html`<code>${each.type} at ${each.position}</code>`,
    ]);
  return rows.length === 0
    ? html``
    : html`<h3>What ${title}</h3>\n${htmlTable(['on', 'what', 'by', 'moved', 'event'], rows)}`;
})}`;
}

function alone({ busFactor }: HandoverPack): Html {
  const rows = (only: boolean) =>
    busFactor
      .filter((each) => (each.only !== null) === only)
      .map(({ what, people: own }) => [what, own.map(({ id, times }) => `${id} (${times})`).join(', ')]);
  const [single, shared] = [rows(true), rows(false)];
  return html`<p>If one of these people is leaving, somebody else has to learn this first.</p>
${single.length === 0 ? html`<p>Everything has been done by at least two people.</p>\n` : htmlTable(['what', 'who, how often'], single)}
${shared.length === 0 ? '' : html`<h3>What several have done</h3>\n${htmlTable(['what', 'who, how often'], shared)}`}`;
}

function definitions({ definitions: found }: HandoverPack): Html {
  return html`${found.map((each) => {
    const rows = each.versions.map(
      ({ version, from, to, requestedBy, approvedBy, recordedAt, reason, changes, ...of }) => [
        version === each.inForce ? html`<strong>${version}, in force</strong>` : version,
        html`${from}${to === null ? '' : html` until ${to}`}`,
        html`${reason}${changes.map((change) => html`<br><span class="small">${change}</span>`)}`,
        html`${requestedBy === null ? '' : html`${requestedBy}; approved by `}${approvedBy}${recordedAt === null ? '' : html` on ${recordedAt.slice(0, 10)}${of.position === null ? '' : html`, position ${of.position}`}`}`,
        of.frozenWith.join(', ') || 'none yet',
      ],
    );
    const retired = each.retiredFrom === null ? '' : html` <span class="bad">Retired from ${each.retiredFrom}.</span>`;
    const pays =
      each.kind !== 'plan' ? '' : html` Pays ${each.pays.length === 0 ? 'nobody today' : each.pays.join(', ')}.`;
    return html`<h3>${each.kind} ${each.name}: ${each.title}</h3>
<p>${each.inForce === null ? 'No version applies today.' : html`Version ${each.inForce} applies today.`}${retired}${pays} The whole of it: <code>ledger show ${each.kind} ${each.name}</code></p>
${htmlTable(['version', 'applies from', 'why, and what it changed', 'asked by', 'frozen statements by it'], rows)}`;
  })}
<p>A frozen statement stays as it is: what it used of these is in the last column. For one of them to the last step: <code>ledger explain &lt;participant&gt; &lt;period&gt; &lt;line&gt;</code>.</p>
`;
}

const POLICY: Readonly<Record<HandedPolicy['what'], string>> = {
  approvals: 'approval',
  delegation: 'in whose place',
  corrections: 'corrections',
  'query clocks': 'queries',
  rates: 'exchange rates',
  replay: 'a replay',
};

function policies({ policies: found }: HandoverPack): Html {
  const rows = found.map(({ what, says, from, until, reason, by }) => [
    POLICY[what],
    says,
    html`${from ?? ''}${until === null ? '' : html` until ${until}`}`,
    html`${reason ?? ''}${by === null ? '' : html`<br><span class="small">${by}</span>`}`,
  ]);
  return html`<p>Where nothing is said here: finance approves, nobody approves what they asked for or what pays them, a request waits 14 days,
and what is learned late is posted in full in the first open period.</p>
${htmlTable(['about', 'what', 'from', 'why, and by whom'], rows)}
${htmlCommand('ledger requests --all\nledger show approvals\nledger show corrections\nledger show rates')}`;
}

function people({ people: found }: HandoverPack): Html {
  const rows = found.map((each) => [
    each.participant,
    each.plans.join(', ') || 'none',
    each.manager ?? '–',
    html`${each.startsOn}${each.endsOn === null ? '' : html` until ${each.endsOn}`}`,
    each.quotas.map(
      ({ metric, year, says, approvedBy }, index) =>
        html`${index > 0 ? html`<br>` : ''}${metric} ${year}: ${says} (${approvedBy})`,
    ),
  ]);
  return html`<p>By id; names are kept beside the log, where they can be forgotten: <code>ledger show people</code>.</p>
${htmlTable(['participant', 'plans', 'reports to', 'since', 'quotas, and who approved them'], rows)}`;
}

function onward({ closes: dates, people: found }: HandoverPack): Html {
  const who = found[0]?.participant ?? '<participant>';
  const period = dates[0]?.period ?? '<period>';
  return html`<p>Every answer says as of which position it speaks, and every one of these takes <code>--as-of</code>: what was known then.</p>
${htmlCommand(`ledger statement ${who} ${period}             # what is paid
ledger explain ${who} ${period} <line>        # why, down to the deal
ledger audit --payout ${period}/${who}        # everything that touched it, from the deal to the bank
ledger audit --actor <id> --since <day>  # what somebody did
ledger diff ${who} --as-of <then> --as-of <now>   # why a number changed
ledger show plan                         # every plan, with its history
ledger --help`)}
<p>The same facts for a program are in <code>handover.json</code> beside this page.</p>
`;
}
