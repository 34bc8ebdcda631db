export { feed as default } from "./campaign.ts";
