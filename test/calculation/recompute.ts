import { add, div, type Exact, fromText, max, min, mul, sub } from '@ledger/money';

/** A small evaluator of the formulas in traces, on its own: numbers by name, + - * /, max( , ) and min( , ). */
export function evaluate(formula: string, inputs: Readonly<Record<string, string>>): Exact {
  const tokens = formula.match(/[A-Za-z_][A-Za-z0-9_]*|[0-9.]+|[-+*/(),]/g) ?? [];
  let at = 0;
  const factor = (): Exact => {
    const token = tokens[at++] ?? '';
    const choose = token === 'max' ? max : token === 'min' ? min : undefined;
    if (token !== '(' && choose === undefined) return fromText(inputs[token] ?? token);
    if (choose !== undefined) at += 1;
    const value = expression();
    const other = tokens[at++] === ',' ? expression() : undefined;
    if (other === undefined || choose === undefined) return value;
    at += 1;
    return choose(value, other);
  };
  const term = (): Exact => {
    let value = factor();
    while (tokens[at] === '*' || tokens[at] === '/')
      value = tokens[at++] === '*' ? mul(value, factor()) : div(value, factor());
    return value;
  };
  const expression = (): Exact => {
    let value = term();
    while (tokens[at] === '+' || tokens[at] === '-')
      value = tokens[at++] === '+' ? add(value, term()) : sub(value, term());
    return value;
  };
  return expression();
}
