import { evaluationContext } from '@alongside/evaluation';
import { runService } from '@alongside/service';

runService(evaluationContext);
