package dev.flint.agent.pod.update;

import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.PodSpec;
import java.io.IOException;
import java.util.Map;
import java.util.function.BiConsumer;

/** What an update asks of whoever has the device. */
public interface UpdateMeans {
  /** Keeps a record; it is on the medium when this returns. */
  void keep(UpdateRecord record) throws IOException;

  /**
   * Begins to get all images of a pod and to find out whether it could be run, and returns at once.
   *
   * @param told has the images by the names of the containers, or what is wrong and else an empty
   *     text, once, on the pods' own thread
   */
  void prepare(PodSpec pod, BiConsumer<Map<String, PreparedImage>, String> told);

  /** Forgets what was prepared for a pod that is not run after all. */
  void discard(PodSpec pod);

  /** What the containers of a pod run, by their names, as far as they are there. */
  Map<String, PreparedImage> images(PodSpec pod);

  /** Now. */
  BootTime time() throws IOException;

  /** Tells people. */
  void say(String line);
}
