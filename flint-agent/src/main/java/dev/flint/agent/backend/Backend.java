package dev.flint.agent.backend;

import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.oci.ImageConfig;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What runs one kind of image. Calls about one instance come one after the other, about several at
 * once. All are idempotent: whoever asks may have been killed before it heard the answer.
 */
public interface Backend {
  /** Its name in an image config: {@code osv}, {@code containerd}. */
  String name();

  /**
   * What it runs images by, asked for again and again by who tells others that this host is ready.
   * May take seconds the first time.
   *
   * @throws IOException if that is not there or does not answer, so that nothing can be started
   */
  default Engine engine() throws IOException {
    return new Engine(name(), "", "");
  }

  /**
   * Fills in what a wish leaves to the backend and what shall stay the same for all its runs, such
   * as ports of the host.
   */
  default InstanceSpec settled(InstanceSpec spec) throws IOException {
    return spec;
  }

  /**
   * Compares what an instance will want with what this host has, as far as that is known without
   * the image's content and without starting anything. All is looked at, whatever is found first.
   */
  default List<Finding> preflight(InstanceSpec spec, ImageConfig image) throws IOException {
    return List.of();
  }

  /**
   * How lines of its console begin that give values away which a pod may have from a Secret; what
   * follows the first {@code =} of such a line is not logged. Empty if there are none.
   */
  default String tellingLines() {
    return "";
  }

  /**
   * Decides how an instance shall run, and touches nothing.
   *
   * @throws dev.flint.oci.error.FlintException UNSUPPORTED for what this backend cannot give
   */
  LaunchPlan plan(InstanceSpec spec, PreparedImage image, InstanceFolder folder) throws IOException;

  /**
   * Starts by a plan; the folder has nothing left of an earlier run ({@link #clean}).
   *
   * @return running, or ended already
   * @throws IOException if it could not be started; what was made for it is gone or is found by
   *     {@link #clean}
   */
  Run start(LaunchPlan plan, InstanceFolder folder) throws IOException;

  /**
   * Finds the run that was started by this plan, by whatever process, also if it has ended since
   * and its end is still to be told.
   *
   * @return empty if there is none, so that a start is due
   */
  Optional<Run> adopt(LaunchPlan plan, InstanceFolder folder) throws IOException;

  /**
   * What an instance has left to say at its end, in its own words; asked for after the end and
   * before {@link #clean}. Empty if it has not, or cannot.
   */
  default String lastWords(InstanceFolder folder) {
    return "";
  }

  /**
   * Removes all that is left of a run, which has ended or is ended by this: processes, overlays,
   * mounts, sockets. The logs stay.
   */
  void clean(LaunchPlan plan, InstanceFolder folder) throws IOException;
}
