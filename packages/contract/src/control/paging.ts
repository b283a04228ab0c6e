import { optional, text, whole } from '../shape/shape.ts';

/** The most rows that one answer holds; a longer list is fetched page by page. */
export const MAX_PAGE_ROWS = 500;

export const search = optional(text({ max: 100 }));
export const page = { limit: whole(1, MAX_PAGE_ROWS), skip: optional(whole(0, 10_000_000)) };
export const matching = whole(0, Number.MAX_SAFE_INTEGER);
