import { Icon } from "@/components/inline/Icon";
import styles from "./AddEndpoint.module.css";
import { type Step, STEPS } from "./step";

/** Where one is. What was done already can be gone back to. */
export function Steps({ current, onGo }: { current: Step; onGo: (step: Step) => void }) {
  const at = STEPS.findIndex(({ name }) => name === current);
  return (
    <nav aria-label="Steps">
      <ol className={styles.steps}>
        {STEPS.map(({ name, label }, index) => (
          <li key={name} data-state={index < at ? "done" : index === at ? "current" : "later"}>
            <button
              type="button"
              disabled={index > at}
              {...(index === at ? { "aria-current": "step" as const } : {})}
              onClick={() => onGo(name)}
            >
              <span className={styles.number} aria-hidden="true">
                {index < at ? <Icon name="check" size={12} /> : index + 1}
              </span>
              {label}
              {index < at && <span className="n-sr">, done</span>}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
