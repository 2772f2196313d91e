import fc from 'fast-check';

/** A test run draws the same cases every time, so that what fails has been broken; LEDGER_PROVE_SEED draws others. */
fc.configureGlobal({ seed: Number(process.env.LEDGER_PROVE_SEED ?? 20_260_105) });
