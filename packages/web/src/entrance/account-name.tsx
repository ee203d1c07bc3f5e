/** There is one account and it has no name; a password manager wants one all the same to keep the password under. */
export function AccountName() {
  return <input type="text" name="username" autoComplete="username" value="AniWorld" readOnly hidden />;
}
