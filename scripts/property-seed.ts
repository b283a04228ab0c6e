import fc from 'fast-check';

/**
 * Loaded before every test file: properties draw the same values in each run, so that a change is judged by what it
 * changed and not by luck. `npm test -- --seed` with another number looks elsewhere.
 *
 * The number is taken out of the environment: the program, which some tests start, refuses what has its prefix and is
 * no setting.
 */
fc.configureGlobal({ seed: Number(process.env['RINGWALL_PROPERTY_SEED'] ?? 1) });
delete process.env['RINGWALL_PROPERTY_SEED'];
