import { createContext, useContext } from "react";

export const InTable = createContext(false);

/** Whether this is drawn in a table's cell, where a stop for every value would make the Tab key useless. */
export const useInTable = () => useContext(InTable);
