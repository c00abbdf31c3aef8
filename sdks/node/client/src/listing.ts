/** A part of a list. */
export interface Page<T> {
  /** The items. With a filter that few match, a page may be short, or empty, before the end. */
  data: T[];
  /** What leads to the next page; null at the end. */
  next_cursor: string | null;
}

/**
 * A list that is asked for page by page, as far as it is read.
 *
 * `for await (const item of listing)` goes through all items; `await listing` is the first page alone.
 */
export class Listing<T> implements AsyncIterable<T>, PromiseLike<Page<T>> {
  readonly #page: (cursor?: string) => Promise<Page<T>>;

  /** @param page asks for the page at a cursor; without one, for the first */
  constructor(page: (cursor?: string) => Promise<Page<T>>) {
    this.#page = page;
  }

  /** Page by page, to the end. */
  async *pages(): AsyncGenerator<Page<T>, void, undefined> {
    let page = await this.#page();
    yield page;
    while (page.next_cursor !== null) {
      page = await this.#page(page.next_cursor);
      yield page;
    }
  }

  /** Item by item, to the end. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const page of this.pages()) yield* page.data;
  }

  /** The first page. */
  then<A = Page<T>, B = never>(
    onFulfilled?: ((page: Page<T>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#page().then(onFulfilled, onRejected);
  }
}
