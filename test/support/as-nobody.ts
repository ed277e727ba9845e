/** Makes this process a user whom file modes concern, which root is not; the returned function takes it back. */
export function becomeNobody(): () => void {
  const { geteuid, seteuid } = process;
  if (!geteuid || !seteuid || geteuid() !== 0) return () => undefined;
  seteuid(65_534);
  return () => seteuid(0);
}
