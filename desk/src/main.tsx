// The first rows are on their way before the desk itself is.
import "./data/early.ts";

void import("./start.tsx");
