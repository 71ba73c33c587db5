package dev.flint.registry.server;

/** The error codes of the distribution spec ("Error Codes"), and the two it lacks. */
enum Problem {
  BLOB_UNKNOWN,
  BLOB_UPLOAD_INVALID,
  BLOB_UPLOAD_UNKNOWN,
  DIGEST_INVALID,
  MANIFEST_BLOB_UNKNOWN,
  MANIFEST_INVALID,
  MANIFEST_UNKNOWN,
  NAME_INVALID,
  NAME_UNKNOWN,
  SIZE_INVALID,
  TOOMANYREQUESTS,
  UNAUTHORIZED,
  UNSUPPORTED,
  /** As other registries call it: {@code n} is not a number. */
  PAGINATION_NUMBER_INVALID,
  /** As other registries call it: a failure of the server itself. */
  UNKNOWN
}
