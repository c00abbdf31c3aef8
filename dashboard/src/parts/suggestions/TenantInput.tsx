import { Autocomplete, type AutocompleteProps } from "@mantine/core";
import { useTenantSearch } from "./tenantSearch";
import styles from "./TenantInput.module.css";

type Props = Omit<AutocompleteProps, "data" | "filter" | "limit" | "renderOption" | "value"> & { value: string };

/** A tenant's id, found by its name, uid or id; an id that nobody has heard of yet may be typed, too. */
export function TenantInput(props: Props) {
  const { ids, nameOf } = useTenantSearch(props.value);
  return (
    <Autocomplete
      {...props}
      data={ids}
      // The server found them, also by names that are not in the list.
      filter={({ options }) => options}
      renderOption={({ option }) => {
        const name = nameOf(option.value);
        return name === null ? (
          option.value
        ) : (
          <span className={styles.option}>
            <span>{name}</span>
            <span className="n-muted n-small">{option.value}</span>
          </span>
        );
      }}
    />
  );
}
