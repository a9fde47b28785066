#pragma once

// The one header that a plugin includes. docs/writing-plugins.md is the one page to read.

#include <torch/types.h>

#include "byolab/annotated.hpp"
#include "byolab/augmentation.hpp"
#include "byolab/batch_norm.hpp"
#include "byolab/capability.hpp"
#include "byolab/convolution.hpp"
#include "byolab/dataset.hpp"
#include "byolab/encoder.hpp"
#include "byolab/evaluator.hpp"
#include "byolab/group.hpp"
#include "byolab/head.hpp"
#include "byolab/library.hpp"
#include "byolab/loss.hpp"
#include "byolab/method.hpp"
#include "byolab/observer.hpp"
#include "byolab/ops.hpp"
#include "byolab/optimizer.hpp"
#include "byolab/registry.hpp"
#include "byolab/restarts_online.hpp"
#include "byolab/solved_head.hpp"
#include "byolab/target_update.hpp"
#include "byolab/tile_ops.hpp"
