import { useEffect, useState } from "react";
import { Icon } from "@/components/inline/Icon";
import { TenantInput } from "./TenantInput";
import { useMeantTenant } from "./tenantSearch";

interface Props {
  label: string;
  value: string;
  width: number;
  onChange: (tenant: string | undefined) => void;
}

/** A list's filter by tenant. A name counts once it is finished, for the tenant that it means. */
export function TenantFilter({ label, value, width, onChange }: Props) {
  const meant = useMeantTenant();
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const finish = async (text: string) => {
    const trimmed = text.trim();
    if (trimmed === value) return;
    onChange(trimmed === "" ? undefined : await meant(trimmed));
  };
  return (
    <TenantInput
      w={width}
      comboboxProps={{ width: 260, position: "bottom-start" }}
      label={label}
      placeholder="Any"
      value={typed}
      leftSection={<Icon name="search" size={13} />}
      onChange={setTyped}
      onOptionSubmit={(id) => onChange(id === value ? value : id)}
      onBlur={() => void finish(typed)}
      onKeyDown={(event) => {
        if (event.key === "Enter") void finish(event.currentTarget.value);
        if (event.key === "Escape") setTyped(value);
      }}
    />
  );
}
