package io.trunkline.health;

/// Where the fence of one cluster is kept beyond this process.
public interface FenceMemory extends AutoCloseable {

  /// Keeps nothing: a new process begins without a fence.
  FenceMemory NONE =
      new FenceMemory() {
        @Override
        public Fence recall() {
          return Fence.NONE;
        }

        @Override
        public void keep(Fence fence) {
          // That is the point.
        }

        @Override
        public void close() {
          // Nothing is held open.
        }
      };

  /// What was kept last.
  Fence recall();

  /// Keeps this in place of what was kept before. Does not wait; of several in a row the last one
  /// is certain to be kept.
  void keep(Fence fence);

  /// Waits, for a moment at most, until what was to be kept is.
  @Override
  void close();
}
