package dev.flint.oci.foreign;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Binds to libraries of the system through JNA, on 64-bit systems. Whatever is in the way, from a
 * missing library to a folder that JNA may not unpack its own part to, means: not there. Nothing is
 * printed. The first use in a process takes some 50 to 100 ms.
 */
public final class ForeignLibrary {
  private static final String SEARCH_PATH = "jna.platform.library.path";

  /** Held here, as a logger that nobody holds loses its level. */
  private static final Logger JNA_LOG = Logger.getLogger("com.sun.jna");

  private ForeignLibrary() {}

  /**
   * Binds to the first library that is found and has what the binding looks for.
   *
   * @param names file names or JNA's short ones
   */
  public static <T> Optional<T> bind(List<String> names, Function<NativeLibrary, T> binding) {
    return names.stream()
        .map(name -> attempt(() -> NativeLibrary.getInstance(name), binding))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Binds to what every process has: the C library. */
  public static <T> Optional<T> bindProcess(Function<NativeLibrary, T> binding) {
    return attempt(NativeLibrary::getProcess, binding);
  }

  private static <T> Optional<T> attempt(
      Supplier<NativeLibrary> library, Function<NativeLibrary, T> binding) {
    try {
      prepareJna();
      // So that size_t, off_t and long are a Java long to whoever binds.
      return Native.POINTER_SIZE == Long.BYTES
          ? Optional.of(binding.apply(library.get()))
          : Optional.empty();
    } catch (VirtualMachineError e) {
      throw e;
    } catch (RuntimeException | Error e) {
      // Also a plain Error: JNA throws one when its own part is of another version.
      return Optional.empty();
    }
  }

  private static void prepareJna() {
    JNA_LOG.setLevel(Level.OFF);
    // Unset, JNA starts ldconfig to know the folders; the system's loader knows them anyway.
    if (Platform.isLinux() && System.getProperty(SEARCH_PATH) == null) {
      System.setProperty(SEARCH_PATH, "");
    }
  }
}
