// Rules that several views go by, or tell.

export const STILL_BILLED = 'An inactive user’s license stays billed until you release it.';

export const MANAGER = 'user_manager';
/** @param {{ permissions: string[] }} user or clinic, of which they are one's own */
export const isManager = ({ permissions }) => permissions.includes(MANAGER);

export const AT_THE_END =
  'On that day all licenses are released, all users become inactive, and the last invoice is final.';
