/** What the page uses of Bowser. */
export function parse(userAgent: string): { browser: { name?: string }; os: { name?: string } };
