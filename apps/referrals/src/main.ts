import { referralsContext } from '@alongside/referrals';
import { runService } from '@alongside/service';

runService(referralsContext);
