export const Logo = () => (
  <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="7" fill="#0b5d5a" />
    <path
      d="M8 9h16M8 23h16M12 9v14M20 9v14"
      stroke="#fff"
      stroke-width="2.4"
      fill="none"
      stroke-linecap="round"
    />
  </svg>
);
