// @ts-check
/** What a signaling server refuses or says in parting, in sentences (signaling.md §5.2 and §5.6). */

import { gettext } from "./text.js";

/**
 * @param {string} code an error's code, or the reason of a `bye`
 * @returns {string} "" for what mends itself and is not worth a word
 */
export function troubleWords(code) {
  switch (code) {
    case "invalid_backend":
    case "invalid_client_type":
    case "auth_failed":
      return gettext("The signaling server does not know this site. Please tell those who run it.");
    case "token_expired":
    case "token_not_valid_yet":
      return gettext("The clocks of the site and of the signaling server differ. Please try again.");
    case "invalid_token":
    case "invalid_ticket":
    case "invalid_hello_version":
      return gettext("The signaling server did not accept you. Please try again.");
    case "no_such_user":
      return gettext("Your account is not known any more. Please sign in again.");
    case "no_such_room":
    case "room_join_failed":
    case "room_join_timeout":
      return gettext("The signaling server did not let you into the room. Please try again.");
    case "session_limit_exceeded":
      return gettext("The signaling server is full. Please try again later.");
    case "too_many_requests":
      return gettext("The signaling server is busy. Please wait a while and try again.");
    case "not_allowed":
      return gettext("You are not allowed to send this to the call.");
    case "processing_failed":
    case "client_not_found":
    case "no_sdp":
    case "invalid_sdp":
    case "no_candidate":
    case "invalid_candidate":
      return gettext("Somebody's sound or picture could not be sent on. Trying again …");
    case "internal_error":
    case "hello_timeout":
    case "hello_expected":
    case "invalid_format":
      return gettext("The signaling server has a problem. Trying again …");
    case "federation_error":
    case "federation_unsupported":
    case "add_failed":
      return gettext("The signaling server cannot do this.");
    default:
      // A session that ended, was resumed elsewhere or is in the room already: all is dealt with.
      return "";
  }
}
