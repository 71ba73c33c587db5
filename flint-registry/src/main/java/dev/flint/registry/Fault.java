package dev.flint.registry;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.registry.auth.TokenServerBusyException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What went wrong with a request, as far as it decides what may be done about it. */
enum Fault {
  /** No connection came about; nothing was sent. */
  UNREACHABLE,
  /** The connection ended or fell silent; what was sent may have been carried out. */
  LOST,
  /** The server has no time now. */
  BUSY,
  /** Credentials are missing or ran out. */
  UNAUTHORIZED,
  /** What the request is about does not exist (any more). */
  NOT_THERE,
  /** The registry has more or less of an upload than we thought, or is still busy with it. */
  OUT_OF_STEP,
  /** The registry computed another digest. */
  DISPUTED,
  /** The request has too many bytes. */
  TOO_LARGE,
  /** Anything that stays as it is. */
  FINAL;

  /** 499 and 52x are what proxies say when they or their servers lost patience. */
  private static final Set<Integer> BUSY_STATUS =
      Set.of(408, 425, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524);

  static Fault of(IOException e) {
    if (e instanceof RegistryException refusal) {
      return of(refusal);
    }
    if (e instanceof TokenServerBusyException) {
      return BUSY;
    }
    if (e instanceof OutOfStepException) {
      return OUT_OF_STEP;
    }
    if (e instanceof LostConnectionException) {
      return isUnreachable(e.getCause()) ? UNREACHABLE : LOST;
    }
    return FINAL;
  }

  private static Fault of(RegistryException refusal) {
    if (refusal.isTooLarge()) {
      return TOO_LARGE;
    }
    if (refusal.code() == ErrorCode.INTEGRITY) {
      return DISPUTED;
    }
    return switch (refusal.status()) {
      case 401 -> UNAUTHORIZED;
      case 404 -> NOT_THERE;
      case 409, 416 -> OUT_OF_STEP;
      default -> isBusy(refusal.status()) ? BUSY : FINAL;
    };
  }

  /** Whether a later request may be answered otherwise. */
  static boolean isBusy(int status) {
    return BUSY_STATUS.contains(status);
  }

  private static boolean isUnreachable(@Nullable Throwable cause) {
    return cause instanceof ConnectException
        || cause instanceof NoRouteToHostException
        || cause instanceof UnknownHostException;
  }
}
