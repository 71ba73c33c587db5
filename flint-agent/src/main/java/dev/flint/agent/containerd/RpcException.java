package dev.flint.agent.containerd;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;

/** Containerd said no. */
final class RpcException extends FlintException {
  /** Statuses of gRPC (grpc.github.io, "Status codes") that mean something to us. */
  static final int DEADLINE_EXCEEDED = 4;

  static final int NOT_FOUND = 5;
  static final int ALREADY_EXISTS = 6;

  /** What the folder of a task says that another start of it makes; it has no status. */
  private static final String FOLDER_EXISTS = "file exists";

  private static final int UNIMPLEMENTED = 12;
  private static final int UNAVAILABLE = 14;

  private static final long serialVersionUID = 1L;

  private final int status;
  private final boolean ofAnother;

  /**
   * A refusal.
   *
   * @param method for example {@code Tasks/Create}
   * @param status gRPC's number, not 0
   * @param text containerd's own words
   */
  RpcException(String method, int status, String text) {
    super(category(meant(status, text)), "containerd: " + method + ": " + text);
    this.status = meant(status, text);
    // A program that cannot be run may have a name of any words.
    this.ofAnother =
        status == ALREADY_EXISTS
            || (text.contains(FOLDER_EXISTS) && CannotRun.exit(text).isEmpty());
  }

  /** What a shim answers comes with the status "unknown". */
  private static int meant(int status, String text) {
    return text.contains("context deadline exceeded") ? DEADLINE_EXCEEDED : status;
  }

  private static ErrorCode category(int status) {
    return switch (status) {
      case NOT_FOUND -> ErrorCode.NOT_FOUND;
      case UNIMPLEMENTED -> ErrorCode.UNSUPPORTED;
      case DEADLINE_EXCEEDED, UNAVAILABLE -> ErrorCode.NETWORK;
      default -> ErrorCode.PROTOCOL;
    };
  }

  /** Whether another one of the same name is there, or is being made. */
  boolean isOfAnother() {
    return ofAnother;
  }

  /** GRPC's number. */
  int status() {
    return status;
  }
}
