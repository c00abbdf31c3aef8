import { type ReactNode, useId } from "react";

interface Props {
  title?: string;
  /** Right of the title. */
  actions?: ReactNode;
  children: ReactNode;
  /** The content goes to the edges: a table, a list. */
  flush?: boolean;
}

/** What belongs together, with its own heading. */
export function Card({ title, actions, children, flush = false }: Props) {
  const id = useId();
  return (
    <section className="n-card" {...(title === undefined ? {} : { "aria-labelledby": id })}>
      {title !== undefined && (
        <div className="n-card-head">
          <h2 id={id}>{title}</h2>
          {actions}
        </div>
      )}
      {flush ? children : <div className="n-card-body">{children}</div>}
    </section>
  );
}
