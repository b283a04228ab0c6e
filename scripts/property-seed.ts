import fc from 'fast-check';

/**
 * Loaded before every test file: properties draw the same values in each run, so that a change is judged by what it
 * changed and not by luck. `npm test -- --seed` with another number looks elsewhere.
 */
fc.configureGlobal({ seed: Number(process.env['RINGWALL_PROPERTY_SEED'] ?? 1) });
