#include "convnet.hpp"
#include "resnet.hpp"

BYOLAB_PLUGINS(registry) {
  registry.add<ResNet>("resnet", "residual network, 18 to 200 layers, for large or small images");
  registry.add<ConvNet>("convnet", "small stack of 3x3 convolutions, for runs of minutes");
}
